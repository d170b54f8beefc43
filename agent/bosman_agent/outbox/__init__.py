"""What leaves the device: messages, output and progress, published until a stream has stored them."""
