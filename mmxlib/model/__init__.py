"""The model: settings, priors, design, fitting, decomposition, returns."""
