import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListPartsCommand,
  type Part,
  type S3Client,
} from '@aws-sdk/client-s3';
import { MroError } from '@mroptimum/contract';
import type { StoredPart } from '../objects.ts';
import { nameOf, told } from './client.ts';

interface Place {
  readonly Bucket: string;
  readonly Key: string;
}

/** The size of the whole is part of the name of an upload, since S3 remembers none. */
const uploadName = /^(\d{1,15})\.(.+)$/;

export function uploadOf(id: string): { readonly size: number; readonly UploadId: string } {
  const [, size, UploadId] = uploadName.exec(id) ?? [];
  if (size === undefined || UploadId === undefined) throw unknown();
  return { size: Number(size), UploadId };
}

/** Uploads in parts, each verified by S3 with the SHA-256 that its link names. */
export function multipart(client: S3Client) {
  async function partsOf(place: Place, id: string): Promise<Part[]> {
    const { UploadId } = uploadOf(id);
    const parts: Part[] = [];
    try {
      // S3 names a next marker on the last page, too: that there is more stands elsewhere.
      for (let PartNumberMarker: string | undefined, more = true; more; ) {
        const page = await client.send(new ListPartsCommand({ ...place, UploadId, PartNumberMarker }));
        parts.push(...(page.Parts ?? []));
        PartNumberMarker = page.NextPartNumberMarker;
        more = page.IsTruncated ?? false;
      }
    } catch (error) {
      if (nameOf(error) === 'NoSuchUpload') throw unknown();
      return told(Promise.reject(error));
    }
    return parts;
  }

  return {
    async start(place: Place, size: number, checksums: boolean): Promise<string> {
      const how = checksums ? ({ ChecksumAlgorithm: 'SHA256', ChecksumType: 'COMPOSITE' } as const) : {};
      const { UploadId } = await told(client.send(new CreateMultipartUploadCommand({ ...place, ...how })));
      return `${size}.${UploadId}`;
    },
    parts: async (place: Place, id: string): Promise<StoredPart[]> =>
      (await partsOf(place, id)).map(storedPart),
    /** @throws MRO_BRAIN_UPLOAD naming the parts that are missing or differ */
    async complete(place: Place, id: string, toldParts: readonly StoredPart[]): Promise<number> {
      const { size, UploadId } = uploadOf(id);
      const stored = await partsOf(place, id);
      checkParts(size, toldParts, stored.map(storedPart));
      const Parts = stored.map(({ PartNumber, ETag, ChecksumSHA256 }) => ({
        PartNumber,
        ETag,
        ChecksumSHA256,
      }));
      await told(
        client.send(
          new CompleteMultipartUploadCommand({
            ...place,
            UploadId,
            MultipartUpload: { Parts },
            MpuObjectSize: size,
          }),
        ),
      );
      return size;
    },
    async abort(place: Place, id: string): Promise<void> {
      const { UploadId } = uploadOf(id);
      try {
        await client.send(new AbortMultipartUploadCommand({ ...place, UploadId }));
      } catch (error) {
        if (nameOf(error) === 'NoSuchUpload') throw unknown();
        await told(Promise.reject(error));
      }
    },
  };
}

const storedPart = ({ PartNumber, Size, ChecksumSHA256 }: Part): StoredPart => ({
  number: PartNumber ?? 0,
  size: Size ?? 0,
  ...(ChecksumSHA256 !== undefined && { sha256: Buffer.from(ChecksumSHA256, 'base64').toString('hex') }),
});

function checkParts(size: number, wanted: readonly StoredPart[], stored: readonly StoredPart[]): void {
  const wantedOf = new Map(wanted.map((part) => [part.number, part]));
  const wrong = stored
    .filter(({ number, ...here }) => {
      const there = wantedOf.get(number);
      return !there || here.size !== there.size || here.sha256 !== there.sha256;
    })
    .map(({ number }) => number);
  const bytes = stored.reduce((sum, part) => sum + part.size, 0);
  const isWhole = bytes === size && stored.every(({ number }, i) => number === i + 1);
  if (wrong.length === 0 && isWhole && wantedOf.size === stored.length) return;
  throw new MroError(
    'MRO_BRAIN_UPLOAD',
    wrong.length > 0
      ? `Parts have another size or checksum than told: ${wrong.slice(0, 20).join(', ')}.`
      : `${bytes} of ${size} bytes have arrived.`,
    { details: { parts: wrong.slice(0, 100) } },
  );
}

const unknown = (): MroError => new MroError('MRO_BRAIN_NOT_FOUND', 'There is no such upload.');
