/** Whether a process is there, half a second later at most. */
export async function alive(pid: number): Promise<boolean> {
  for (let look = 0; look < 50; look += 1) {
    try {
      process.kill(pid, 0);
    } catch {
      return false;
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return true;
}
