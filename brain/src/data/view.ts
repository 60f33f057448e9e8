import type { DataFileView } from '@mroptimum/contract';
import type { StoreFor } from '../computing-units/stores.ts';
import type { Deps } from '../deps.ts';
import type { DataFile } from '../entities.ts';
import { downloadLink, locationOf } from './place.ts';

/** A file as clients see it, with the field names that they have known. */
export async function viewOf(deps: Deps, file: DataFile, storeFor?: StoreFor): Promise<DataFileView> {
  return {
    id: file.id,
    filename: file.filename,
    size: file.size,
    status: file.status,
    ...(file.sha256 !== undefined && { sha256: file.sha256 }),
    md5: '',
    ...(file.summary && { summary: file.summary }),
    ...(file.notice && { notice: file.notice }),
    link: await downloadLink(deps, file, storeFor),
    database: 's3',
    location: locationOf(file.objectKey),
    ...(file.unitId !== undefined && { computing_unit_id: file.unitId }),
    user_id: file.userId,
    is_demo_data: false,
    version: file.version,
    created_at: file.createdAt,
    updated_at: file.updatedAt,
  };
}
