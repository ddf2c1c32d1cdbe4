"""What people read about the product: that it is true, and its pictures."""
