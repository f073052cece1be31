import { protocolVersionOf } from '../../exchange/index.ts';
import type { Course } from './course.ts';
import { SESSIONFUL_VERSION, type Message } from './messages.ts';
import type { Answer } from './one-request.ts';
import type { Ask, SessionSent } from './wire.ts';

/** A handshake that succeeded, and how to go on from it. */
export interface Handshake {
  readonly course: Course;
  /** Nothing when the server keeps no sessions. */
  readonly session: SessionSent | undefined;
  /** The revision that was settled on. */
  readonly version: string;
  /** A request that every such server answers and that changes nothing. */
  readonly harmless: () => Message;
}

/** What a handshake that was answered with a result means for all that follows. */
export function handshakeOf(course: Course, { reply, sessionId }: Answer): Handshake {
  const { protocolVersion, capabilities } = reply?.result ?? {};
  const version = typeof protocolVersion === 'string' ? protocolVersion : '';
  const hasTools = typeof capabilities === 'object' && capabilities !== null && 'tools' in capabilities;
  return {
    course,
    session: sessionId === undefined ? undefined : { id: sessionId, is: 'its own' },
    version: protocolVersionOf(version) === 'other' ? SESSIONFUL_VERSION : version,
    harmless: () => ({ method: hasTools ? 'tools/list' : 'ping', id: course.nextId() }),
  };
}

/** A request in the session of the handshake; `asked` says what is different. */
export function inSession({ session, version, harmless }: Handshake, asked: Partial<Ask> = {}): Ask {
  const isPost = (asked.method ?? 'POST') === 'POST';
  return { method: 'POST', session, version, ...(isPost ? { message: harmless() } : undefined), ...asked };
}
