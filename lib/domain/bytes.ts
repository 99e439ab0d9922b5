const DECODER = new TextDecoder();
const ENCODER = new TextEncoder();

/** Writes small numbers in few bytes, one after the other, into room that grows. */
export class ByteWriter {
  length = 0;
  #bytes: Uint8Array;
  #view: DataView;

  constructor(room = 64) {
    this.#bytes = new Uint8Array(room);
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** What was written; a view, good until the next write. */
  get written(): Uint8Array {
    return this.#bytes.subarray(0, this.length);
  }

  byte(value: number): void {
    this.#room(1);
    this.#bytes[this.length++] = value;
  }

  /** Seven bits a byte, the low ones first; a whole number from 0 to 2^53 − 1. */
  whole(value: number): void {
    this.#room(8);
    let rest = value;
    while (rest > 127) {
      this.#bytes[this.length++] = (rest % 128) + 128;
      rest = Math.floor(rest / 128);
    }
    this.#bytes[this.length++] = rest;
  }

  double(value: number): void {
    this.#room(8);
    this.#view.setFloat64(this.length, value);
    this.length += 8;
  }

  /** Any finite number: up to one decimal, as measured times have, takes few bytes. */
  number(value: number): void {
    const tenths = Math.round(value * 10);
    if (tenths >= 0 && tenths < 2 ** 51 && tenths / 10 === value) this.whole(tenths * 2);
    else {
      this.whole(1);
      this.double(value);
    }
  }

  /** UTF-8, its length first. */
  text(value: string): void {
    const bytes = ENCODER.encode(value);
    this.whole(bytes.length);
    this.#raw(bytes);
  }

  /** A string of one character a byte. */
  binary(text: string): void {
    this.#room(text.length);
    for (let i = 0; i < text.length; i++) this.#bytes[this.length++] = text.charCodeAt(i);
  }

  #raw(bytes: Uint8Array): void {
    this.#room(bytes.length);
    this.#bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  /** Four bytes, the high one first; at `place`, or at the end. */
  int4(value: number, place?: number): void {
    if (place === undefined) this.#room(4);
    this.#view.setInt32(place ?? this.length, value);
    if (place === undefined) this.length += 4;
  }

  #room(wanted: number): void {
    if (this.length + wanted <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(2 * this.#bytes.length, this.length + wanted));
    grown.set(this.#bytes);
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}

/** Reads what ByteWriter wrote, in the same order. Throws RangeError past the end. */
export class ByteReader {
  #at = 0;
  readonly #view: DataView;

  constructor(private readonly bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get ended(): boolean {
    return this.#at >= this.bytes.length;
  }

  byte(): number {
    return this.#view.getUint8(this.#at++);
  }

  whole(): number {
    let value = 0;
    for (let weight = 1; ; weight *= 128) {
      const byte = this.byte();
      value += (byte % 128) * weight;
      if (byte < 128) return value;
    }
  }

  double(): number {
    const value = this.#view.getFloat64(this.#at);
    this.#at += 8;
    return value;
  }

  number(): number {
    const value = this.whole();
    return value === 1 ? this.double() : value / 20;
  }

  text(): string {
    const length = this.whole();
    const bytes = this.bytes.subarray(this.#at, this.#at + length);
    if (bytes.length < length) throw new RangeError("the text is cut off");
    this.#at += length;
    return DECODER.decode(bytes);
  }

  /** Everything up to the end. */
  rest(): Uint8Array {
    const bytes = this.bytes.subarray(this.#at);
    this.#at = this.bytes.length;
    return bytes;
  }
}
