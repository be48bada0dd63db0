/**
 * The first bytes of a platform's programs. The fields and their places are those of the ELF header
 * in the System V ABI, chapter 4 ("ELF Header", "ELF Identification"), and the machines are the
 * values that it lists for `e_machine`. Pure.
 */
import type { Platform } from '../platform.ts';

/** The fields of an ELF header in which the programs of two platforms differ. */
interface ElfHeader {
  /** EI_CLASS. */
  readonly bits: 32 | 64;
  /** EI_DATA, the order of the bytes in all other fields. */
  readonly byteOrder: 'little' | 'big';
  /** `e_machine`. */
  readonly machine: number;
}

export const ELF_HEADERS: Readonly<Record<Platform, ElfHeader>> = {
  'linux/amd64': { bits: 64, byteOrder: 'little', machine: 62 },
  'linux/386': { bits: 32, byteOrder: 'little', machine: 3 },
  'linux/arm64': { bits: 64, byteOrder: 'little', machine: 183 },
  'linux/arm/v7': { bits: 32, byteOrder: 'little', machine: 40 },
  'linux/riscv64': { bits: 64, byteOrder: 'little', machine: 243 },
  'linux/s390x': { bits: 64, byteOrder: 'big', machine: 22 },
  'linux/ppc64le': { bits: 64, byteOrder: 'little', machine: 21 },
};

/** Bytes that a file has to begin with; only bits that are set in `mask` are compared. */
interface BytePattern {
  readonly magic: Uint8Array;
  readonly mask: Uint8Array;
}

/** Where the fields of an ELF header begin. */
const AT = { class: 4, data: 5, version: 6, osAbi: 7, type: 16, machine: 18, end: 20 } as const;

/** `e_type` of an executable file; a shared object, as which most programs are built, is one more. */
const ET_EXEC = 2;

/**
 * The bytes that distinguish programs of a platform from all others. The operating system is one of
 * the values 0 to 3, of which System V (0) and GNU (3) are in use. The bytes between it and the
 * type are padding.
 */
export function elfPattern(platform: Platform): BytePattern {
  const { bits, byteOrder, machine } = ELF_HEADERS[platform];
  const magic = new Uint8Array(AT.end);
  const mask = new Uint8Array(AT.end);
  const put = (
    at: number,
    bytes: readonly number[],
    significant: readonly number[] = bytes.map(() => 0xff),
  ) => {
    magic.set(bytes, at);
    mask.set(significant, at);
  };
  const half = (value: number): readonly number[] => {
    const bytes = [value >> 8, value & 0xff];
    return byteOrder === 'big' ? bytes : bytes.toReversed();
  };
  put(0, [0x7f, 0x45, 0x4c, 0x46]);
  put(AT.class, [bits === 32 ? 1 : 2]);
  put(AT.data, [byteOrder === 'little' ? 1 : 2]);
  put(AT.version, [1]);
  put(AT.osAbi, [0], [0xfc]);
  // Either of the two types, which differ in one bit.
  put(AT.type, half(ET_EXEC), half(0xfffe));
  put(AT.machine, half(machine));
  return { magic, mask };
}

const PT_INTERP = 3;

/**
 * Whether the system starts a program by another one, its dynamic loader.
 *
 * @param head the beginning of the file, with all of its program headers
 * @returns undefined if it is no ELF file, or has its program headers elsewhere
 */
export function needsLoader(head: Buffer): boolean | undefined {
  if (head.length < 64 || head.toString('latin1', 0, 4) !== '\x7fELF') return undefined;
  const [isLarge, isLittle] = [head[AT.class] === 2, head[AT.data] === 1];
  const half = (at: number) => (isLittle ? head.readUInt16LE(at) : head.readUInt16BE(at));
  const word = (at: number) => (isLittle ? head.readUInt32LE(at) : head.readUInt32BE(at));
  // The upper half of an offset of 64 bits is zero in every file whose headers are at its beginning.
  const offset = isLarge ? word(isLittle ? 32 : 36) : word(28);
  const [size, count] = isLarge ? [half(54), half(56)] : [half(42), half(44)];
  if (count === 0 || offset + size * count > head.length) return undefined;
  return Array.from({ length: count }, (_, index) => word(offset + size * index)).includes(
    PT_INTERP,
  );
}
