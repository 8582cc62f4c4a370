"""The citizen's page of their people: for whom they file, who files for them, and by what proof."""
