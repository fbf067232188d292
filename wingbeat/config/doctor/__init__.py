"""The doctor: checks everything the desk depends on, and says how to repair what fails."""
