/** 0.9451 -> "94.5 %" */
export function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

/** 3.2e-7 -> "3.2e-7" */
export function scientific(value: number): string {
  return value === 0 ? '0' : value.toExponential(1);
}

/** 1234567 -> "1,234,567" */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

/** "1 picture", "2 pictures", "0 pictures" */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${grouped(count)} ${count === 1 ? one : many}`;
}

/** 75 -> "1 min 15 s", 3.21 -> "3.2 s" */
export function duration(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** A path that can be pasted into a shell: '/a b' in single quotes where it needs them. */
export function quoted(path: string): string {
  return /^[\w./~:\\-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

/** 12_345_678 -> "12.3 MB" */
export function bytes(count: number): string {
  if (count < 1_000_000) return `${Math.max(1, Math.round(count / 1000))} kB`;
  return count < 1e9 ? `${(count / 1e6).toFixed(1)} MB` : `${(count / 1e9).toFixed(1)} GB`;
}
