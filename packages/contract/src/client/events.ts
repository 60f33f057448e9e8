/** One event of a stream. */
export interface StreamEvent {
  /** Where to go on after a broken connection (Last-Event-ID). */
  readonly id?: string;
  readonly event: string;
  readonly data: string;
}

/** Events of a server-sent stream, one after the other, until it ends. */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<StreamEvent> {
  let fields: { id?: string; event?: string; data?: string[] } = {};
  for await (const line of linesOf(body)) {
    if (line === '') {
      const { id, event = 'message', data } = fields;
      fields = {};
      if (data) yield { event, data: data.join('\n'), ...(id !== undefined && { id }) };
      continue;
    }
    const at = line.indexOf(':');
    // A line that begins with a colon keeps the connection open and says nothing.
    if (at === 0) continue;
    const name = at < 0 ? line : line.slice(0, at);
    const value = at < 0 ? '' : line.slice(at + 1).replace(/^ /, '');
    if (name === 'data') fields.data = [...(fields.data ?? []), value];
    else if (name === 'id' || name === 'event') fields[name] = value;
  }
}

async function* linesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  const reader = body.getReader();
  let rest = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      rest += done ? decoder.decode() : decoder.decode(value, { stream: true });
      const lines = rest.split(/\r\n|\n|\r(?!$)/);
      rest = lines.pop() ?? '';
      yield* lines;
      if (done) return;
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}
