"""What holds for all tests."""

import signal

# A shell's background job ignores interrupts, and so would every program that a test starts and interrupts.
signal.signal(signal.SIGINT, signal.default_int_handler)
