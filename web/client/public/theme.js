// Sets the stored theme before the first paint. A file of its own because the page allows no inline script.
try {
  const theme = localStorage.getItem("counterpoint:theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Storage may be forbidden: then the system's theme is used.
}
