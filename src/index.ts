export { createObserver, type Observer, type ObserverOptions } from './observer.ts';
export { VERSION } from './version.ts';
