export {
  watchTransport,
  type Connectable,
  type Transport,
  type TransportOptions,
  type TransportWatch,
} from './watch-transport.ts';
