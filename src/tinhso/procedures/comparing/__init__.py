"""What differs between two versions of a procedure: its words, papers, fees, form and process."""
