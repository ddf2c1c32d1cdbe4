"""What is expected of the periods after the data: under a plan, events and controls, with intervals."""
