"""Marketing mix modeling: what each channel brought, what a plan will bring, and which plan is best."""
