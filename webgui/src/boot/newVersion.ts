const key = 'mroptimum-reloaded';
const pause = 20_000;

/**
 * A server that was updated no longer has the parts of the page that an open tab still asks for. The page is
 * then loaded anew; not again within some seconds, where the reason is another one.
 */
export function reloadOnNewVersion(): void {
  window.addEventListener('vite:preloadError', (event) => {
    const last = Number(sessionStorage.getItem(key) ?? 0);
    if (Date.now() - last < pause) return;
    event.preventDefault();
    sessionStorage.setItem(key, String(Date.now()));
    location.reload();
  });
}
