"""The officer receives, judges, drafts, signs, seals and hands over."""
