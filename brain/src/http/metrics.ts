/** Values read at the moment of asking, such as jobs by state: label → number. */
export type Gauge = () => Promise<Readonly<Record<string, number>>>;

export interface Metrics {
  observe(method: string, route: string, status: number, seconds: number): void;
  /** Text in the Prometheus exposition format. */
  render(gauges: Readonly<Record<string, Gauge>>): Promise<string>;
}

const bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Counts and durations of requests by method and route, and the memory of the process. */
export function createMetrics(): Metrics {
  const counts = new Map<string, number>();
  const durations = new Map<string, { buckets: number[]; sum: number; count: number }>();
  return {
    observe(method, route, status, seconds) {
      const labels = `method="${method}",route="${route}"`;
      const counted = `${labels},status="${status}"`;
      counts.set(counted, (counts.get(counted) ?? 0) + 1);
      const entry = durations.get(labels) ?? { buckets: bounds.map(() => 0), sum: 0, count: 0 };
      durations.set(labels, entry);
      bounds.forEach((bound, i) => {
        if (seconds <= bound) entry.buckets[i]! += 1;
      });
      entry.sum += seconds;
      entry.count += 1;
    },
    async render(gauges) {
      const lines = ['# TYPE mroptimum_http_requests_total counter'];
      for (const [labels, n] of counts) lines.push(`mroptimum_http_requests_total{${labels}} ${n}`);
      lines.push('# TYPE mroptimum_http_request_seconds histogram');
      for (const [labels, { buckets, sum, count }] of durations) {
        const name = 'mroptimum_http_request_seconds';
        buckets.forEach((n, i) => {
          lines.push(`${name}_bucket{${labels},le="${bounds[i]}"} ${n}`);
        });
        lines.push(`${name}_bucket{${labels},le="+Inf"} ${count}`);
        lines.push(`${name}_sum{${labels}} ${sum}`, `${name}_count{${labels}} ${count}`);
      }
      for (const [name, gauge] of Object.entries(gauges)) {
        lines.push(`# TYPE mroptimum_${name} gauge`);
        for (const [label, value] of Object.entries(await gauge())) {
          lines.push(`mroptimum_${name}{state="${label}"} ${value}`);
        }
      }
      lines.push('# TYPE process_resident_memory_bytes gauge');
      lines.push(`process_resident_memory_bytes ${process.memoryUsage.rss()}`);
      return `${lines.join('\n')}\n`;
    },
  };
}
