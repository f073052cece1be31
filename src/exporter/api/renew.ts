/** Puts an item behind all others of a map, and gives up the one that rested longest when there are more than `limit`. */
export function renew<Key, Value>(map: Map<Key, Value>, key: Key, value: Value, limit: number): void {
  map.delete(key);
  map.set(key, value);
  if (map.size <= limit) return;
  for (const [oldest] of map) return void map.delete(oldest);
}
