import type { ClientKind } from '../clients/client.ts';
import { SDK_CLIENTS } from '../clients/sdk.ts';
import { SERVERS, type ServerKind } from '../servers/kinds.ts';
import type { Story } from '../story.ts';

/** Every official TypeScript client on every kind of server, at work. */
export const sdkStories: readonly Story[] = Object.values(SERVERS).flatMap((server) =>
  SDK_CLIENTS.map((client) => work('sdk', server, client)),
);

/** A client connects, lists, calls, reads, and says goodbye. */
export function work(group: string, server: ServerKind, client: ClientKind): Story {
  return {
    group,
    name: `${client.id}-on-${server.id}`,
    about: `${client.title} works on ${server.title}, and leaves.`,
    async play(stage) {
      const { url } = await stage.serve(server.serve);
      const worker = await client.connect(url);
      stage.whenOver(() => worker.close());
      await worker.list();
      await worker.call();
      await worker.read();
      await stage.rest(0.3);
      await Promise.all([worker.call(0.2), worker.call(0.1), worker.list()]);
      await worker.leave();
    },
  };
}
