const RETRY_MS = 5000;
const SILENT_MS = 15_000;

/**
 * Follows the server's events. `onState` gets each state, and how much the server's clock is ahead; `onConnection`
 * gets `live` or `lost`. It never gives up.
 */
export function follow(onState, onConnection) {
  let heardAt = Date.now();
  let source;

  function open() {
    source?.close();
    source = new EventSource('events');
    source.addEventListener('message', (event) => {
      heardAt = Date.now();
      onConnection('live');
      onState(JSON.parse(event.data), Number(event.lastEventId) - heardAt);
    });
    source.addEventListener('error', () => onConnection('lost'));
  }

  open();
  setInterval(() => {
    // The server speaks every five seconds: after three misses the line is dead, whatever the browser thinks.
    const silent = Date.now() - heardAt > SILENT_MS;
    if (silent) onConnection('lost');
    if (silent || source.readyState === EventSource.CLOSED) open();
  }, RETRY_MS);
}
