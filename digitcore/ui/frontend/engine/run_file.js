// A run's file, fetched once for all on a page that compute with it.

/** @type {{ address: string, file: Promise<ArrayBuffer> } | null} */
let latest = null;

/**
 * @param {string} address of a run's weights
 * @returns {Promise<ArrayBuffer>} which is others' too: to be read, and not handed over
 */
export function runFile(address) {
  if (latest?.address !== address) latest = { address, file: fetched(address) };
  return latest.file;
}

/** @param {string} address */
async function fetched(address) {
  try {
    const response = await fetch(new URL(address, document.baseURI));
    if (!response.ok) throw new Error(`${response.status} for ${address}`);
    return await response.arrayBuffer();
  } catch (error) {
    if (latest?.address === address) latest = null; // whoever asks again may have more luck
    throw error;
  }
}
