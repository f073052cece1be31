import { describe, expect, it } from 'vitest';
import { createHostCheck } from '../../src/exporter/host-check.ts';

const isOurs = createHostCheck(['Metrics.internal']);

describe('the host check', () => {
  it.each([
    'localhost',
    'localhost:9464',
    'LOCALHOST:1',
    'page.localhost:9464',
    '127.0.0.1:9464',
    '10.0.3.4',
    '[::1]',
    '[::1]:9464',
    'metrics.internal:80',
    'METRICS.INTERNAL',
  ])('lets %s pass', (header) => expect(isOurs(header)).toBe(true));

  it.each([
    undefined,
    '',
    'evil.example',
    'evil.example:9464',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    'xlocalhost',
    'other.metrics.internal',
    '[evil]:80',
    'localhost:port',
    'localhost@evil.example',
    '::1',
    '999.1.1.1',
  ])('refuses %s', (header) => expect(isOurs(header)).toBe(false));
});
