export { createProxy, type Proxy } from './create-proxy.ts';
export {
  AFFINITIES,
  HOST_HEADERS,
  type Affinity,
  type HostHeader,
  type ProxySettings,
  type Upstream,
} from './settings.ts';
export { startProxy, type RunningProxy, type StartProxySettings } from './start-proxy.ts';
