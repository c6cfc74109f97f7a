import type * as Ort from 'onnxruntime-node';

/**
 * Loads ONNX Runtime with its telemetry off. The official Linux and macOS builds since 1.29 or so send process
 * and model facts to their maker and keep a device number in the user's cache folder unless they are told not to
 * before the library starts. (1.30 reads ORT_DISABLE_TELEMETRY, other versions ORT_TELEMETRY_DISABLED.)
 *
 * Throws what the package throws where its native part does not load.
 */
export async function loadOnnxRuntime(): Promise<typeof Ort> {
  Object.assign(process.env, telemetryOff);
  return import('onnxruntime-node');
}

/** For child processes that may load the library too. */
export const telemetryOff = { ORT_DISABLE_TELEMETRY: '1', ORT_TELEMETRY_DISABLED: '1' } as const;
