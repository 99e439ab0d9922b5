import { statfsSync } from "node:fs";

/** Nothing of ours is inherited: PGDATA or PGOPTIONS of the operator's shell must not count. Next's types want NODE_ENV. */
export const ENVIRONMENT: NodeJS.ProcessEnv = { NODE_ENV: "production", LC_ALL: "C", TZ: "UTC" };

/** Settings of every start, given on the command line so that they always match this code. */
export function settingsFor(options: { socketDir: string; durable: boolean }): Record<string, string> {
  const durability: Record<string, string> = options.durable
    ? { fsync: "on", synchronous_commit: "on", full_page_writes: "on" }
    : { fsync: "off", synchronous_commit: "off", full_page_writes: "off" };
  return {
    ...durability,
    // No port: nobody else on the machine or the network can reach it, and none can be taken.
    listen_addresses: "",
    unix_socket_directories: options.socketDir,
    unix_socket_permissions: "0700",
    max_connections: "100",
    shared_buffers: "256MB",
    work_mem: "16MB",
    maintenance_work_mem: "128MB",
    wal_compression: "on",
    // 20,000 events/s write some 30 MB/s: fewer, longer checkpoints cost less.
    max_wal_size: "4GB",
    min_wal_size: "256MB",
    checkpoint_timeout: "10min",
    wal_level: "minimal",
    max_wal_senders: "0",
    random_page_cost: "1.1",
    jit: "off",
    ...(smallSharedMemory() ? { dynamic_shared_memory_type: "mmap" } : {}),
    timezone: "UTC",
    log_timezone: "UTC",
    log_checkpoints: "off",
    log_line_prefix: "%m [%p] ",
  };
}

/** Containers often have 64 MB of /dev/shm, too little for parallel queries. */
function smallSharedMemory(): boolean {
  if (process.platform !== "linux") return false;
  try {
    const { bsize, blocks } = statfsSync("/dev/shm");
    return bsize * blocks < 512 * 1024 * 1024;
  } catch {
    return true;
  }
}
