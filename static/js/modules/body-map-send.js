// Sending one pass to the record: what is asked of the server, and what its answer means.

export function requestFor(pass, { url, csrf, digest }) {
  const headers = { "Content-Type": "application/json", "X-CSRFToken": csrf };
  const body = {
    zone: pass.zone, technique: pass.technique, lot: pass.lot, depth_mm: pass.depth_mm, spacing_mm: pass.spacing_mm ?? null,
    volume_per_point_ml: pass.volume_per_point_ml, anatomy_digest: digest, points: pass.points,
  };
  if (pass.version) headers["If-Match"] = `"${pass.version}"`;
  else headers["Idempotency-Key"] = pass.key ??= crypto.randomUUID();
  return {
    url: pass.id ? `${url}${pass.id}/` : url,
    options: { method: pass.id ? "PUT" : "POST", headers, body: JSON.stringify(body) },
  };
}

// A refusal frees the key, so that the mended pass may be sent anew; a conflict keeps it.
export async function send(pass, state) {
  const { url, options } = requestFor(pass, state);
  const answer = await fetch(url, options);
  const told = await answer.json();
  if (!answer.ok) {
    if (answer.status !== 409) delete pass.key;
    throw new Error(told.message);
  }
  return { id: told.id, version: told.version };
}
