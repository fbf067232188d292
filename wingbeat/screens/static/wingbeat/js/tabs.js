// Tabs that go on beyond the edge begin where one is.
for (const tab of document.querySelectorAll(".setup-tabs [aria-current]")) {
  tab.scrollIntoView({ block: "nearest", inline: "center" });
}
