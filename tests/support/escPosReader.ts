/** Reads ESC/POS bytes as a printer would: text with its look, cuts, drawer kicks and barcodes. A command it does not know is an error. */

export interface PrintedJob {
  bytes: Buffer;
  /** Every line fed, as text. */
  lines: string[];
  /** The same lines with their look. */
  printed: { text: string; isBold: boolean; isLarge: boolean }[];
  cuts: number;
  kicks: number;
  /** What a scanner reads. */
  barcodes: { value: string; dots: number }[];
}

/** Code page 858, upper half. */
const CP858 =
  'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈ€ÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u00ad±‗¾¶§÷¸°¨·¹³²■\u00a0';
const CODEPAGES: Readonly<Record<number, (byte: number) => string>> = {
  19: (byte) => CP858[byte - 0x80] ?? '?',
  // Windows 1252 as far as receipts use it: Latin 1 and the euro.
  16: (byte) => (byte === 0x80 ? '€' : String.fromCharCode(byte)),
};

class Paper {
  readonly job: PrintedJob;
  #line = '';
  /** How the line's first letter looks; the encoder ends a look before it feeds. */
  #look = { isBold: false, isLarge: false };
  #isBold = false;
  #isLarge = false;
  #upper: (byte: number) => string = () => '?';
  #barDots = 3;
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.job = { bytes: Buffer.from(bytes), lines: [], printed: [], cuts: 0, kicks: 0, barcodes: [] };
  }

  read(): PrintedJob {
    while (this.#at < this.#bytes.length) {
      const byte = this.#next();
      if (byte === 0x1b) this.#escape();
      else if (byte === 0x1d) this.#group();
      else if (byte === 0x1c) this.#expect(0x2e);
      else if (byte === 0x0a) this.#feed();
      else if (byte < 0x20 || byte === 0x7f)
        throw new Error(`control byte ${byte.toString(16)} at ${String(this.#at - 1)}`);
      else this.#print(byte < 0x80 ? String.fromCharCode(byte) : this.#upper(byte));
    }
    if (this.#line !== '') throw new Error('the last line was never fed');
    return this.job;
  }

  #next(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) throw new Error('the bytes end inside a command');
    this.#at += 1;
    return byte;
  }

  #expect(wanted: number): void {
    if (this.#next() !== wanted) throw new Error(`unknown command at ${String(this.#at - 1)}`);
  }

  #print(letter: string): void {
    if (this.#line === '') this.#look = { isBold: this.#isBold, isLarge: this.#isLarge };
    if (this.#isBold !== this.#look.isBold || this.#isLarge !== this.#look.isLarge)
      throw new Error('a line with two looks');
    this.#line += letter;
  }

  #feed(): void {
    this.job.lines.push(this.#line);
    this.job.printed.push({ text: this.#line, ...this.#look });
    this.#line = '';
  }

  #escape(): void {
    const command = this.#next();
    if (command === 0x40) return;
    const parameter = this.#next();
    if (command === 0x45) this.#isBold = parameter === 1;
    else if (command === 0x74) {
      const table = CODEPAGES[parameter];
      if (!table) throw new Error(`unknown code page ${String(parameter)}`);
      this.#upper = table;
    } else if (command === 0x70) {
      this.#at += 2;
      this.job.kicks += 1;
    } else if (command !== 0x4d && command !== 0x61) throw new Error(`unknown ESC ${command.toString(16)}`);
  }

  #group(): void {
    const command = this.#next();
    const parameter = this.#next();
    if (command === 0x21) this.#isLarge = parameter === 0x11;
    else if (command === 0x56) this.job.cuts += 1;
    else if (command === 0x77) this.#barDots = parameter;
    else if (command === 0x6b) this.#barcode(parameter);
    else if (command !== 0x68 && command !== 0x48) throw new Error(`unknown GS ${command.toString(16)}`);
  }

  /** Code 128 as function B takes it: `{B` and `{C` choose the set, a brace of the data is doubled. */
  #barcode(kind: number): void {
    if (kind !== 0x49) throw new Error(`unknown barcode ${kind.toString(16)}`);
    const data = this.#bytes.slice(this.#at + 1, this.#at + 1 + this.#next());
    this.#at += data.length;
    let set = '';
    let value = '';
    let symbols = 1;
    for (let index = 0; index < data.length; index += 1) {
      const byte = data[index] ?? 0;
      if (byte === 0x7b) {
        const sign = String.fromCharCode(data[index + 1] ?? 0);
        index += 1;
        if (sign === '{') value += sign;
        else {
          set = sign;
          if (index > 1) symbols += 1;
          continue;
        }
      } else if (set === 'C') value += String(byte).padStart(2, '0');
      else if (set === 'B') value += String.fromCharCode(byte);
      else throw new Error('a Code 128 without its set');
      symbols += 1;
    }
    this.job.barcodes.push({ value, dots: ((symbols + 1) * 11 + 13) * this.#barDots });
  }
}

/** Reads one job. */
export const readEscPos = (bytes: Uint8Array): PrintedJob => new Paper(bytes).read();
