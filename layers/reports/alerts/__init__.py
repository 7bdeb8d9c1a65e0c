"""What changed in somebody's area in a time: in the product, and by e-mail without anything personal."""
