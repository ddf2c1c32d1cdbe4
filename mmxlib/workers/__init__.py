"""Independent tasks through any `concurrent.futures.Executor`: the same bytes however many work at them."""
