import { expect, test } from 'vitest';
import { createSlots } from '../../../src/exporter/proxy/slots.ts';

test('slots hold what was put in and not cleared, and use places again', () => {
  const slots = createSlots<string>();
  const [a, b] = [slots.put('a'), slots.put('b')];
  expect([...slots]).toEqual(['a', 'b']);
  slots.clear(a);
  expect(slots.size).toBe(1);
  expect([...slots]).toEqual(['b']);
  expect(slots.put('c')).toBe(a);
  expect([...slots].toSorted()).toEqual(['b', 'c']);
  slots.clear(b);
  slots.clear(a);
  expect(slots.size).toBe(0);
  expect([...slots]).toEqual([]);
});
