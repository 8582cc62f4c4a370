"""What takes too long for `make test`: `make soak` kills the processes of a busy province again and again."""
