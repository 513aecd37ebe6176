#include "tests/sim/fault_vfs.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <new>
#include <set>
#include <sqlite3.h>
#include <sstream>

namespace shubbak::sim {
namespace {

constexpr std::uint64_t truths_one_in = 64;
constexpr std::size_t page_octets = 4'096;  // of the kernel

sqlite3_vfs* real_vfs = nullptr;

// What SQLite sees of an open file; the real one lies behind it in memory.
struct ShimFile {
  sqlite3_file base;
  std::string* path;  // of databases and their logs; null: temporary, or whatever else
};

sqlite3_file* real_of(sqlite3_file* file) {
  return reinterpret_cast<sqlite3_file*>(reinterpret_cast<ShimFile*>(file) + 1);
}
const std::string* path_of(sqlite3_file* file) {
  return reinterpret_cast<ShimFile*>(file)->path;
}
FaultVfs& disk() {
  return FaultVfs::instance();
}
std::int64_t size_of(sqlite3_file* real) {
  sqlite3_int64 size = 0;
  real->pMethods->xFileSize(real, &size);
  return size;
}
std::string content_of(sqlite3_file* real, std::int64_t offset, std::int64_t count) {
  std::string octets(static_cast<std::size_t>(std::max<std::int64_t>(count, 0)), '\0');
  if (!octets.empty()) real->pMethods->xRead(real, octets.data(), static_cast<int>(octets.size()), offset);
  return octets;
}

int shim_close(sqlite3_file* file) {
  auto* const shim = reinterpret_cast<ShimFile*>(file);
  delete shim->path;
  shim->path = nullptr;
  sqlite3_file* const real = real_of(file);
  return real->pMethods == nullptr ? SQLITE_OK : real->pMethods->xClose(real);
}

int shim_read(sqlite3_file* file, void* to, int count, sqlite3_int64 offset) {
  if (path_of(file) != nullptr && disk().judge(DiskFault::read, false) != FaultVfs::Verdict::goes_on)
    return SQLITE_IOERR_READ;
  sqlite3_file* const real = real_of(file);
  return real->pMethods->xRead(real, to, count, offset);
}

int write_through(sqlite3_file* file, const void* from, int count, sqlite3_int64 offset) {
  sqlite3_file* const real = real_of(file);
  FaultVfs::Written written{.offset = offset, .size_before = size_of(real)};
  written.before = content_of(real, offset, std::min<std::int64_t>(count, written.size_before - offset));
  written.after.assign(static_cast<const char*>(from), static_cast<std::size_t>(count));
  disk().note(*path_of(file), std::move(written));
  return real->pMethods->xWrite(real, from, count, offset);
}

int shim_write(sqlite3_file* file, const void* from, int count, sqlite3_int64 offset) {
  sqlite3_file* const real = real_of(file);
  if (path_of(file) == nullptr) return real->pMethods->xWrite(real, from, count, offset);
  const bool grows = offset + count > size_of(real);
  switch (disk().judge(DiskFault::write, grows)) {
    case FaultVfs::Verdict::goes_on:
      return write_through(file, from, count, offset);
    case FaultVfs::Verdict::fails:
      return grows ? SQLITE_FULL : SQLITE_IOERR_WRITE;
    case FaultVfs::Verdict::half:
    case FaultVfs::Verdict::stops_half:
      write_through(file, from, std::max(count / 2, 1), offset);
      return SQLITE_IOERR_WRITE;
    case FaultVfs::Verdict::stops_before:
      break;
  }
  return SQLITE_IOERR_WRITE;
}

int shim_truncate(sqlite3_file* file, sqlite3_int64 size) {
  sqlite3_file* const real = real_of(file);
  if (path_of(file) == nullptr) return real->pMethods->xTruncate(real, size);
  if (disk().judge(DiskFault::write, false) != FaultVfs::Verdict::goes_on) return SQLITE_IOERR_TRUNCATE;
  FaultVfs::Written cut{.offset = size, .is_cut = true, .size_before = size_of(real)};
  cut.before = content_of(real, size, cut.size_before - size);
  disk().note(*path_of(file), std::move(cut));
  return real->pMethods->xTruncate(real, size);
}

int shim_sync(sqlite3_file* file, int /*flags*/) {
  if (path_of(file) == nullptr) return SQLITE_OK;
  sqlite3_file* const real = real_of(file);
  switch (disk().judge(DiskFault::sync, false)) {
    case FaultVfs::Verdict::goes_on:
      disk().synced(*path_of(file));
      return SQLITE_OK;
    case FaultVfs::Verdict::fails:
      disk().sync_failed(*path_of(file), content_of(real, 0, size_of(real)));
      return SQLITE_IOERR_FSYNC;
    default:
      return SQLITE_IOERR_FSYNC;
  }
}

int shim_file_size(sqlite3_file* file, sqlite3_int64* size) {
  return real_of(file)->pMethods->xFileSize(real_of(file), size);
}
int shim_lock(sqlite3_file* file, int level) {
  return real_of(file)->pMethods->xLock(real_of(file), level);
}
int shim_unlock(sqlite3_file* file, int level) {
  return real_of(file)->pMethods->xUnlock(real_of(file), level);
}
int shim_check_reserved_lock(sqlite3_file* file, int* held) {
  return real_of(file)->pMethods->xCheckReservedLock(real_of(file), held);
}
int shim_file_control(sqlite3_file* file, int what, void* argument) {
  return real_of(file)->pMethods->xFileControl(real_of(file), what, argument);
}
int shim_sector_size(sqlite3_file* file) {
  return real_of(file)->pMethods->xSectorSize(real_of(file));
}
int shim_device_characteristics(sqlite3_file* file) {
  return real_of(file)->pMethods->xDeviceCharacteristics(real_of(file));
}
int shim_shm_map(sqlite3_file* file, int region, int size, int extend, void volatile** memory) {
  return real_of(file)->pMethods->xShmMap(real_of(file), region, size, extend, memory);
}
int shim_shm_lock(sqlite3_file* file, int offset, int count, int flags) {
  if ((flags & SQLITE_SHM_LOCK) != 0) disk().wait_if_held();
  return real_of(file)->pMethods->xShmLock(real_of(file), offset, count, flags);
}
void shim_shm_barrier(sqlite3_file* file) {
  real_of(file)->pMethods->xShmBarrier(real_of(file));
}
int shim_shm_unmap(sqlite3_file* file, int remove) {
  return real_of(file)->pMethods->xShmUnmap(real_of(file), remove);
}

const sqlite3_io_methods shim_methods{
    .iVersion = 2,
    .xClose = shim_close,
    .xRead = shim_read,
    .xWrite = shim_write,
    .xTruncate = shim_truncate,
    .xSync = shim_sync,
    .xFileSize = shim_file_size,
    .xLock = shim_lock,
    .xUnlock = shim_unlock,
    .xCheckReservedLock = shim_check_reserved_lock,
    .xFileControl = shim_file_control,
    .xSectorSize = shim_sector_size,
    .xDeviceCharacteristics = shim_device_characteristics,
    .xShmMap = shim_shm_map,
    .xShmLock = shim_shm_lock,
    .xShmBarrier = shim_shm_barrier,
    .xShmUnmap = shim_shm_unmap,
    .xFetch = nullptr,
    .xUnfetch = nullptr,
};

int shim_open(sqlite3_vfs* /*vfs*/, const char* name, sqlite3_file* file, int flags, int* flags_got) {
  auto* const shim = new (file) ShimFile{};
  if (disk().stopped()) return SQLITE_CANTOPEN;
  const bool lasts = (flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL)) != 0;
  const int opened = real_vfs->xOpen(real_vfs, name, real_of(file), flags, flags_got);
  if (opened != SQLITE_OK) return opened;
  if (lasts && name != nullptr) shim->path = new std::string(name);
  shim->base.pMethods = &shim_methods;
  return SQLITE_OK;
}

int shim_delete(sqlite3_vfs* /*vfs*/, const char* name, int sync_folder) {
  if (disk().stopped()) return SQLITE_IOERR_DELETE;
  disk().forget(name);
  return real_vfs->xDelete(real_vfs, name, sync_folder);
}

sqlite3_vfs* shim_vfs() {
  static sqlite3_vfs shim = [] {
    real_vfs = sqlite3_vfs_find(nullptr);
    sqlite3_vfs made = *real_vfs;  // whatever has no file goes to the real one; it looks at no member of its own
    made.zName = "faults";
    made.pNext = nullptr;
    made.szOsFile = static_cast<int>(sizeof(ShimFile)) + real_vfs->szOsFile;
    made.xOpen = shim_open;
    made.xDelete = shim_delete;
    return made;
  }();
  return &shim;
}

// Back to what was synced.
void undo(std::string& octets, const std::vector<FaultVfs::Written>& writes) {
  for (auto write = writes.rbegin(); write != writes.rend(); ++write) {
    octets.resize(static_cast<std::size_t>(write->size_before));
    if (!write->before.empty())
      octets.replace(static_cast<std::size_t>(write->offset), write->before.size(), write->before);
  }
}

// The pages of the kernel that it has touched; of a cut none, for how long a file is is kept elsewhere.
template <class Use>
void each_page(const FaultVfs::Written& write, const Use& use) {
  if (write.is_cut || write.after.empty()) return;
  const auto offset = static_cast<std::size_t>(write.offset);
  for (std::size_t page = offset / page_octets; page * page_octets < offset + write.after.size(); ++page) use(page);
}

}  // namespace

FaultVfs& FaultVfs::instance() {
  static FaultVfs the_only_one;
  return the_only_one;
}

FaultVfs::FaultVfs() {
  if (sqlite3_vfs_register(shim_vfs(), 1) != SQLITE_OK) std::abort();
}

void FaultVfs::begin_run(std::uint64_t seed) {
  random_ = Random(seed);
  unsynced_.clear();
  given_up_.clear();
  heal();
  failed_ = 0;
  failed_by_kind_ = {};
  operations_ = 0;
  stop_at_.reset();
  lies_ = false;
  lies_told_ = 0;
  const std::lock_guard lock(mutex_);
  hold_ = false;
  stopped_ = false;
  only_the_process_ = false;
}

void FaultVfs::hold() {
  const std::lock_guard lock(mutex_);
  hold_ = true;
  held_ = false;
}

void FaultVfs::wait_until_held() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return held_; });
}

void FaultVfs::release() {
  {
    const std::lock_guard lock(mutex_);
    hold_ = false;
  }
  changed_.notify_all();
}

void FaultVfs::wait_if_held() {
  if (is_simulator()) return;
  std::unique_lock lock(mutex_);
  if (!hold_) return;
  held_ = true;
  changed_.notify_all();
  changed_.wait(lock, [this] { return !hold_; });
}

void FaultVfs::fail(DiskFault fault, std::uint64_t one_in) {
  fault_ = fault;
  one_in_ = one_in;
}

void FaultVfs::stop_at(std::uint64_t operation) {
  stop_at_ = operation;
}

void FaultVfs::stop() {
  const std::lock_guard lock(mutex_);
  stopped_ = true;
  only_the_process_ = false;
}

void FaultVfs::stop_process() {
  const std::lock_guard lock(mutex_);
  only_the_process_ = only_the_process_ || !stopped_;
  stopped_ = true;
}

bool FaultVfs::stopped() const {
  const std::lock_guard lock(mutex_);
  return stopped_;
}

FaultVfs::Verdict FaultVfs::judge(DiskFault kind, bool grows) {
  if (stopped()) return Verdict::stops_before;
  const bool changes = kind != DiskFault::read;
  if (changes && operations_++ == stop_at_) {
    stop();
    return random_.one_in(2) ? Verdict::stops_half : Verdict::stops_before;
  }
  const bool is_that = fault_ == kind || (kind == DiskFault::write && fault_ == DiskFault::torn_write) ||
                       (kind == DiskFault::write && fault_ == DiskFault::full && grows);
  if (!is_that || !random_.one_in(one_in_)) return Verdict::goes_on;
  ++failed_;
  ++failed_by_kind_.at(static_cast<std::size_t>(fault_));
  return fault_ == DiskFault::torn_write ? Verdict::half : Verdict::fails;
}

void FaultVfs::synced(const std::string& path) {
  if (lies_ && ++lies_told_ % truths_one_in != 0) return;
  Pages& given_up = given_up_[path];
  for (const Written& write : unsynced_[path]) each_page(write, [&](std::size_t page) { given_up.erase(page); });
  unsynced_.erase(path);
}

void FaultVfs::sync_failed(const std::string& path, std::string octets) {
  const std::vector<Written> writes = std::move(unsynced_[path]);
  unsynced_.erase(path);
  undo(octets, writes);
  Pages& given_up = given_up_[path];
  for (const Written& write : writes) {
    each_page(write, [&](std::size_t page) {
      const std::size_t offset = page * page_octets;
      given_up.try_emplace(page, offset < octets.size() ? octets.substr(offset, page_octets) : std::string());
    });
  }
}

void FaultVfs::forget(const std::string& path) {
  unsynced_.erase(path);
  given_up_.erase(path);
}

void FaultVfs::start_again() {
  bool machine_stopped = false;
  {
    const std::lock_guard lock(mutex_);
    machine_stopped = stopped_ && !only_the_process_;
  }
  if (machine_stopped) {
    std::set<std::string> paths;
    for (const auto& [path, writes] : unsynced_) paths.insert(path);
    for (const auto& [path, pages] : given_up_) paths.insert(path);
    for (const std::string& path : paths) lose(path);
    unsynced_.clear();
    given_up_.clear();
  }
  stop_at_.reset();
  const std::lock_guard lock(mutex_);
  stopped_ = false;
  only_the_process_ = false;
  hold_ = false;
}

// Back to what was synced, then forward by those writes that came through: none, the first ones, or any of them; the
// last one may have come through in part. Of the pages that the kernel has given up those are there that came through
// with another write.
void FaultVfs::lose(const std::string& path) {
  const std::vector<Written>& writes = unsynced_[path];
  Pages& given_up = given_up_[path];
  std::string octets;
  {
    std::ostringstream all;
    all << std::ifstream(path, std::ios::binary).rdbuf();
    octets = all.str();
  }
  undo(octets, writes);
  const std::uint64_t way = random_.below(3);
  const std::size_t first_ones = way == 0 ? 0 : random_.below(writes.size() + 1);
  for (std::size_t i = 0; i < writes.size(); ++i) {
    const Written& write = writes[i];
    const bool came_through = way == 2 ? random_.one_in(2) : i < first_ones;
    if (!came_through) continue;
    const auto offset = static_cast<std::size_t>(write.offset);
    if (write.is_cut) {
      octets.resize(offset);
      continue;
    }
    const bool is_torn = random_.one_in(8);
    const std::size_t count = is_torn ? random_.below(write.after.size()) : write.after.size();
    if (octets.size() < offset + count) octets.resize(offset + count);
    octets.replace(offset, count, write.after, 0, count);
    each_page(write, [&](std::size_t page) { given_up.erase(page); });
  }
  for (auto& [page, before] : given_up) {
    const std::size_t offset = page * page_octets;
    if (offset >= octets.size() || random_.one_in(2)) continue;  // or it was still written after all
    before.resize(std::min(page_octets, octets.size() - offset));
    octets.replace(offset, before.size(), before);
  }
  std::ofstream(path, std::ios::binary | std::ios::trunc) << octets;
}

}  // namespace shubbak::sim
