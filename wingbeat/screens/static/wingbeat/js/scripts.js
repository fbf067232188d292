// Says that scripts run, so that styles may fold what scripts can unfold.
document.documentElement.classList.add("has-scripts");
