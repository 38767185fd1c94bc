/** The data sets of Storage Commitment (PS3.4 Tables J.3-1 and J.3-2): what is asked for, and what became of it. */
import { StatusError } from '../bytes/index.ts';
import type { Bytes } from '../bytes/index.ts';
import { dataSet, items, number, text, writeDataSet } from '../data/index.ts';
import type { DataSet } from '../data/index.ts';
import { isHarmlessUID, STATUS } from '../dict/index.ts';
import type { CommitmentReport, CommitmentRequest, FailedInstance, ReferencedInstance } from './types.ts';

/** Action Information of an N-ACTION (Table J.3-1). */
export function actionInformation(request: CommitmentRequest, transferSyntax: string): Bytes {
  const { transactionUID, instances } = request;
  const keys = { TransactionUID: transactionUID, ReferencedSOPSequence: instances.map(reference) };
  return writeDataSet(dataSet(keys), transferSyntax);
}

/** Event Information of an N-EVENT-REPORT (Table J.3-2); a sequence without items is left out. */
export function eventInformation(report: CommitmentReport, transferSyntax: string): Bytes {
  const { transactionUID, committed, failed } = report;
  const keys = {
    TransactionUID: transactionUID,
    ...(committed.length > 0 && { ReferencedSOPSequence: committed.map(reference) }),
    ...(failed.length > 0 && { FailedSOPSequence: failed.map(failedReference) }),
  };
  return writeDataSet(dataSet(keys), transferSyntax);
}

function reference({ sopClassUID, sopInstanceUID }: ReferencedInstance): DataSet {
  return dataSet({ ReferencedSOPClassUID: sopClassUID, ReferencedSOPInstanceUID: sopInstanceUID });
}

function failedReference(instance: FailedInstance): DataSet {
  const { failureReason = STATUS.processingFailure } = instance; // type 1
  return { ...reference(instance), ...dataSet({ FailureReason: failureReason }) };
}

/** @throws StatusError 0115 without a Transaction UID, or where an instance is not named. */
export function readRequest(from: DataSet): CommitmentRequest {
  const instances = items(from, 'ReferencedSOPSequence').map(readReference);
  const named = instances.every(
    ({ sopClassUID, sopInstanceUID }) => sopClassUID !== '' && isHarmlessUID(sopInstanceUID),
  );
  if (instances.length === 0 || !named) {
    throw new StatusError(STATUS.invalidArgumentValue, 'Referenced SOP Sequence names no instances.');
  }
  return { transactionUID: transactionOf(from), instances };
}

/** Items without a SOP Instance UID say nothing and are left out. @throws StatusError 0115 without a Transaction UID. */
export function readReport(from: DataSet): CommitmentReport {
  const named = ({ sopInstanceUID }: ReferencedInstance): boolean => sopInstanceUID !== '';
  return {
    transactionUID: transactionOf(from),
    committed: items(from, 'ReferencedSOPSequence').map(readReference).filter(named),
    failed: items(from, 'FailedSOPSequence').map(readFailed).filter(named),
  };
}

function transactionOf(from: DataSet): string {
  const transactionUID = text(from, 'TransactionUID');
  if (isHarmlessUID(transactionUID)) return transactionUID;
  throw new StatusError(STATUS.invalidArgumentValue, 'Transaction UID is missing, or is no UID.');
}

function readReference(item: DataSet): ReferencedInstance {
  return {
    sopClassUID: text(item, 'ReferencedSOPClassUID'),
    sopInstanceUID: text(item, 'ReferencedSOPInstanceUID'),
  };
}

function readFailed(item: DataSet): FailedInstance {
  return { ...readReference(item), failureReason: number(item, 'FailureReason') };
}
