"""Where the README's figures come from: each script writes bench/results/NAME.json."""
