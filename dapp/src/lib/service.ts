/**
 * Registers the service worker for the folder that the page lives in, so it works at the root of a host and under `/ipfs/<cid>/`.
 * Some gateways refuse it; the page then simply needs a connection.
 */
export const registerServiceWorker = async (): Promise<void> => {
  if (!('serviceWorker' in navigator) || import.meta.env.DEV) return;
  const shared = /^\/ip[fn]s\//.test(location.pathname);
  const root = shared ? `${location.pathname.split('/').slice(0, 3).join('/')}/` : '/';
  try {
    await navigator.serviceWorker.register(`${root}service-worker.js`, { type: 'module', scope: root });
  } catch {
    // refused: works online only
  }
};
