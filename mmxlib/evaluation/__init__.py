"""How good is it: backtesting, diagnostics, guardrails."""
