// Sets light or dark before the first paint, so that nothing flashes. Read by the page's theme from then on.
(() => {
  let chosen = null;
  try {
    chosen = localStorage.getItem('mroptimum-scheme');
  } catch {}
  const dark =
    chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light');
})();
