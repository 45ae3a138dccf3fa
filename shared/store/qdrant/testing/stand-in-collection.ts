/** The points of one collection of the stand-in, and the operations on them. */

/** The body of a request or a response. Requests come from our own driver and are not checked. */
// oxlint-disable-next-line typescript/no-explicit-any
export type Body = Record<string, any>;

/** A filter with the conditions that our driver uses. */
export interface Filter {
  readonly must?: readonly Body[];
  readonly must_not?: readonly Body[];
}

interface Point {
  readonly id: string;
  payload: Body;
  vector: Body;
}

/** One collection. A method has the name of its endpoint, takes its request body and returns the result. */
export class StandInCollection {
  readonly #config: Body;
  readonly #indexes: Body = {};
  readonly #points = new Map<string, Point>();

  constructor({ vectors, sparse_vectors, metadata, ...rest }: Body) {
    this.#config = { params: { vectors, sparse_vectors, ...rest }, metadata };
  }

  info(): Body {
    return { status: 'green', points_count: this.#points.size, config: this.#config, payload_schema: this.#indexes };
  }

  patch({ metadata }: Body): boolean {
    Object.assign(this.#config['metadata'], metadata);
    return true;
  }

  createIndex(field: string, schema: unknown): Body {
    this.#indexes[field] = { data_type: schema, points: 0 };
    return { status: 'completed' };
  }

  createVector(name: string, { dense }: Body): Body {
    this.#config['params'].vectors[name] = dense;
    return { status: 'completed' };
  }

  deleteVector(name: string): Body {
    delete this.#config['params'].vectors[name];
    for (const { vector } of this.#points.values()) delete vector[name];
    return { status: 'completed' };
  }

  /** Returns the first filtered field without an index, which strict mode refuses. */
  unindexedKey(filter: Filter | undefined): string | undefined {
    const conditions = [...(filter?.must ?? []), ...(filter?.must_not ?? [])];
    const keys = conditions.map(({ key, is_empty }) => key ?? is_empty?.key);
    return keys.find((key) => key !== undefined && this.#indexes[key] === undefined);
  }

  upsert({ points, update_mode = 'upsert', update_filter }: Body): Body {
    for (const { id, payload, vector } of points) {
      const known = this.#points.get(id);
      if (known !== undefined && (update_mode === 'insert_only' || !matches(known, update_filter))) continue;
      this.#points.set(id, { id, payload, vector });
    }
    return { status: 'completed' };
  }

  /** Performs the operations in order, as one request. */
  batch({ operations }: Body): Body[] {
    return operations.map(({ upsert, set_payload }: Body) =>
      upsert === undefined ? this.setPayload(set_payload) : this.upsert(upsert),
    );
  }

  updateVectors({ points, update_filter }: Body): Body {
    for (const { id, vector } of points) {
      const known = this.#points.get(id);
      if (known !== undefined && matches(known, update_filter)) Object.assign(known.vector, vector);
    }
    return { status: 'completed' };
  }

  setPayload({ payload, filter }: Body): Body {
    for (const point of this.#select(filter)) Object.assign(point.payload, payload);
    return { status: 'completed' };
  }

  delete({ filter, points }: Body): Body {
    const ids = points ?? this.#select(filter).map(({ id }) => id);
    for (const id of ids) this.#points.delete(id);
    return { status: 'completed' };
  }

  retrieve({ ids }: Body): Body[] {
    return ids.flatMap((id: string) => structuredClone(this.#points.get(id)) ?? []);
  }

  count({ filter }: Body): Body {
    return { count: this.#select(filter).length };
  }

  scroll({ filter, limit, offset, order_by }: Body): Body {
    const points = this.#select(filter).toSorted((a, b) => (a.id < b.id ? -1 : 1));
    if (order_by !== undefined) {
      points.sort((a, b) => b.payload[order_by.key] - a.payload[order_by.key]);
      return { points: points.slice(0, limit) };
    }
    const rest = points.filter(({ id }) => offset === null || id >= offset);
    return { points: rest.slice(0, limit), next_page_offset: rest[limit]?.id ?? null };
  }

  query({ query, using, filter, limit }: Body): Body {
    const scored = this.#select(filter).flatMap((point) => {
      if (query === undefined) return { ...point, score: 0 };
      const vector = point.vector[using];
      if (vector === undefined) return [];
      const score = Array.isArray(query) ? dot(query, vector) : this.#keywordScore(query, vector, using);
      return Array.isArray(query) || score > 0 ? { ...point, score } : [];
    });
    return { points: scored.toSorted((a, b) => b.score - a.score).slice(0, limit) };
  }

  #keywordScore(query: Body, vector: Body, using: string): number {
    let score = 0;
    query['indices'].forEach((term: number, i: number) => {
      const place = vector['indices'].indexOf(term);
      if (place >= 0) score += query['values'][i] * vector['values'][place] * this.#idf(term, using);
    });
    return score;
  }

  #idf(term: number, using: string): number {
    const all = [...this.#points.values()];
    const having = all.filter(({ vector }) => vector[using]?.indices.includes(term)).length;
    return Math.log((all.length - having + 0.5) / (having + 0.5) + 1);
  }

  #select(filter: Filter | undefined): Point[] {
    return [...this.#points.values()].filter((point) => matches(point, filter));
  }
}

function matches(point: Point, filter: Filter | undefined): boolean {
  const { must = [], must_not = [] } = filter ?? {};
  return must.every((condition) => holds(point, condition)) && !must_not.some((condition) => holds(point, condition));
}

function holds({ id, payload, vector }: Point, { key, match, range, is_empty, has_vector, has_id }: Body): boolean {
  if (has_id !== undefined) return has_id.includes(id);
  if (has_vector !== undefined) return vector[has_vector] !== undefined;
  if (is_empty !== undefined) return (payload[is_empty.key] ?? null) === null;
  const value = payload[key];
  if (match !== undefined) return match.any === undefined ? value === match.value : match.any.includes(value);
  return typeof value === 'number' && value < (range.lt ?? Infinity) && value > (range.gt ?? -Infinity);
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, x, i) => sum + x * b[i]!, 0);
}
