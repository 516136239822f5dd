"""What a notice looks like: the letter, its texts in five languages, and the payment reference."""
