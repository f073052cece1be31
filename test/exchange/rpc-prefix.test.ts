import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clientNameIn, initializeFactsIn, RPC_METHODS, rpcMethodsIn } from '../../src/exchange/index.ts';

const method = fc.constantFrom(...RPC_METHODS.filter((name) => name !== 'other'));

describe('the methods in a request body', () => {
  it('are found wherever the key stands, whatever else the message holds', () => {
    const message = fc.tuple(method, fc.dictionary(fc.string(), fc.jsonValue()), fc.boolean());
    fc.assert(
      fc.property(message, ([name, params, last]) => {
        const body = last
          ? { jsonrpc: '2.0', id: 1, params, method: name }
          : { method: name, params, jsonrpc: '2.0', id: 1 };
        expect(rpcMethodsIn(JSON.stringify(body, null, 1))).toEqual([name]);
      }),
    );
  });

  it('are told in order for a batch, at most sixteen', () => {
    fc.assert(
      fc.property(fc.array(method, { minLength: 1, maxLength: 40 }), (names) => {
        const batch = JSON.stringify(names.map((name) => ({ params: { method: 'ping' }, method: name })));
        expect(rpcMethodsIn(batch)).toEqual(names.slice(0, 16));
      }),
    );
  });

  it('are only those of the outer level', () => {
    expect(rpcMethodsIn('{"params":{"method":"initialize"},"result":{"method":"ping"}}')).toEqual([]);
    expect(rpcMethodsIn('{"params":"{\\"method\\":\\"initialize\\"}","method":"ping"}')).toEqual(['ping']);
  });

  it('are none when the body is cut off before them, or is no JSON', () => {
    for (const body of [
      '',
      '{',
      '{"method',
      '{"method":"ini',
      'method=initialize',
      '"method"',
      '[]',
      '[[[',
      '}{"method":"ping"}',
    ]) {
      expect(rpcMethodsIn(body), body).toEqual([]);
    }
  });

  it('never throw, and unknown ones are `other`', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 3000 }), (body) => void rpcMethodsIn(body)));
    expect(rpcMethodsIn('{"method":"evil/method"}')).toEqual(['other']);
    expect(rpcMethodsIn(`{"method":"${'x'.repeat(5000)}"}`)).toEqual(['other']);
  });
});

describe('an initialize request', () => {
  it('tells the revision asked for and the product', () => {
    const body = JSON.stringify({
      method: 'initialize',
      params: {
        protocolVersion: '2025-06-18',
        capabilities: {},
        clientInfo: { name: 'cursor-vscode', version: '1.6' },
      },
    });
    expect(initializeFactsIn(body)).toEqual({ protocolVersion: '2025-06-18', clientName: 'cursor-vscode' });
  });

  it('tells nothing that is not there', () => {
    expect(initializeFactsIn('{"method":"initialize"}')).toEqual({
      protocolVersion: 'none',
      clientName: undefined,
    });
  });
});

describe('a client', () => {
  const modern = (clientInfo: object): string =>
    JSON.stringify({
      method: 'tools/call',
      params: { name: 'report', _meta: { 'io.modelcontextprotocol/clientInfo': clientInfo } },
    });

  it('names itself in the `_meta` of each request of the newer era', () => {
    expect(clientNameIn(modern({ name: 'goose', version: '1.9' }))).toBe('goose');
  });

  it('is read behind its icons, and not from them', () => {
    const icons = [{ src: 'https://example.org/a.png', name: 'cursor-vscode' }];
    expect(clientNameIn(modern({ icons, title: 'name', name: 'Zed' }))).toBe('Zed');
  });

  it('is nobody when the name is cut off, no text, or not there', () => {
    const body = modern({ name: 'goose' });
    expect(clientNameIn(body.slice(0, body.indexOf('oose')))).toBeUndefined();
    expect(clientNameIn(modern({ name: 7 }))).toBeUndefined();
    expect(clientNameIn('{"method":"ping"}')).toBeUndefined();
  });
});
