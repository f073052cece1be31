/** A list of subjects to look at again, each at its time. Bounded: when it is full, the latest is refused. */
export interface Agenda<Subject> {
  /** Asks for `subject` at `at`; an earlier time already asked for stands. Answers false when the list is full. */
  add(subject: Subject, at: number): boolean;
  /** Takes out every subject whose time has come. */
  due(now: number): Subject[];
  readonly size: number;
}

interface Entry<Subject> {
  readonly at: number;
  readonly subject: Subject;
}

/** Makes an {@link Agenda} for at most `limit` subjects: a binary heap and the time each subject stands for. */
export function createAgenda<Subject>(limit: number): Agenda<Subject> {
  const heap: Entry<Subject>[] = [];
  const times = new Map<Subject, number>();

  function dropStale(): void {
    const kept = heap.filter((entry) => times.get(entry.subject) === entry.at);
    kept.sort((a, b) => a.at - b.at);
    heap.splice(0, heap.length, ...kept);
  }

  return {
    add(subject, at) {
      const standing = times.get(subject);
      if (standing !== undefined && standing <= at) return true;
      if (standing === undefined && times.size >= limit) return false;
      times.set(subject, at);
      push(heap, { at, subject });
      // An earlier time leaves its former entry behind; those must not outnumber the live ones.
      if (heap.length > 2 * times.size + 16) dropStale();
      return true;
    },
    due(now) {
      const subjects: Subject[] = [];
      while (heap.length > 0 && (heap[0] as Entry<Subject>).at <= now) {
        const { subject, at } = pop(heap);
        if (times.get(subject) !== at) continue;
        times.delete(subject);
        subjects.push(subject);
      }
      return subjects;
    },
    get size() {
      return times.size;
    },
  };
}

function push<Subject>(heap: Entry<Subject>[], entry: Entry<Subject>): void {
  let i = heap.length;
  heap.push(entry);
  while (i > 0) {
    const parent = (i - 1) >> 1;
    if ((heap[parent] as Entry<Subject>).at <= entry.at) break;
    heap[i] = heap[parent] as Entry<Subject>;
    i = parent;
  }
  heap[i] = entry;
}

function pop<Subject>(heap: Entry<Subject>[]): Entry<Subject> {
  const top = heap[0] as Entry<Subject>;
  const last = heap.pop() as Entry<Subject>;
  if (heap.length === 0) return top;
  let i = 0;
  for (;;) {
    let child = 2 * i + 1;
    if (child >= heap.length) break;
    const right = heap[child + 1];
    if (right !== undefined && right.at < (heap[child] as Entry<Subject>).at) child++;
    if ((heap[child] as Entry<Subject>).at >= last.at) break;
    heap[i] = heap[child] as Entry<Subject>;
    i = child;
  }
  heap[i] = last;
  return top;
}
