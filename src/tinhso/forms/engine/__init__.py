"""What turns a definition and a person's answers into pages, faults and summaries. Pure: no database."""
