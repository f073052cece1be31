export {
  watchExpress,
  type ExpressOptions,
  type ExpressRequest,
  type ExpressWatch,
} from './watch-express.ts';
