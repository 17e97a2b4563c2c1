#include "engine/packer.hpp"

#include <stdexcept>

#include <zstd.h>

namespace scheduledjob::engine {
namespace {

constexpr int kLevel = 1;  // higher ones gain 2 %
constexpr std::size_t kSamples = 8;
constexpr std::size_t kLongestSample = 8 << 10;  // bytes
// A sample each so many texts; a dictionary of them each so many.
constexpr std::uint64_t kSampleEvery = 64;
constexpr std::uint64_t kDictionaryEvery = 8192;

std::size_t checked(std::size_t result) {
  if (ZSTD_isError(result)) throw std::logic_error(std::string("zstd: ") + ZSTD_getErrorName(result));
  return result;
}

template <typename Pointer>
Pointer existing(Pointer pointer) {
  if (pointer == nullptr) throw std::bad_alloc();
  return pointer;
}

template <auto release>
struct Release {
  template <typename Object>
  void operator()(Object* object) const {
    release(object);
  }
};

}  // namespace

struct Packed::Dictionary {
  explicit Dictionary(const std::string& content)
      : for_packing(existing(ZSTD_createCDict(content.data(), content.size(), kLevel))),
        for_unpacking(existing(ZSTD_createDDict(content.data(), content.size()))) {}

  std::unique_ptr<ZSTD_CDict, Release<ZSTD_freeCDict>> for_packing;
  std::unique_ptr<ZSTD_DDict, Release<ZSTD_freeDDict>> for_unpacking;
};

struct Packer::Contexts {
  std::unique_ptr<ZSTD_CCtx, Release<ZSTD_freeCCtx>> packing{existing(ZSTD_createCCtx())};
  std::unique_ptr<ZSTD_DCtx, Release<ZSTD_freeDCtx>> unpacking{existing(ZSTD_createDCtx())};
};

Packer::Packer() : contexts_(std::make_unique<Contexts>()) {}
Packer::~Packer() = default;

Packed Packer::pack(std::string_view text) {
  buffer_.resize(ZSTD_compressBound(text.size()));
  ZSTD_CCtx* const context = contexts_->packing.get();
  const std::size_t size =
      dictionary_
          ? ZSTD_compress_usingCDict(context, buffer_.data(), buffer_.size(), text.data(), text.size(),
                                     dictionary_->for_packing.get())
          : ZSTD_compressCCtx(context, buffer_.data(), buffer_.size(), text.data(), text.size(), kLevel);
  Packed packed;
  packed.size_ = static_cast<std::uint32_t>(checked(size));
  packed.bytes_ = std::make_unique<char[]>(packed.size_);
  buffer_.copy(packed.bytes_.get(), packed.size_);
  packed.dictionary_ = dictionary_;
  sample(text);
  return packed;
}

std::string Packer::unpack(const Packed& packed) {
  const unsigned long long size = ZSTD_getFrameContentSize(packed.bytes_.get(), packed.size_);
  std::string text(size, '\0');
  ZSTD_DCtx* const context = contexts_->unpacking.get();
  checked(packed.dictionary_
              ? ZSTD_decompress_usingDDict(context, text.data(), text.size(), packed.bytes_.get(),
                                           packed.size_, packed.dictionary_->for_unpacking.get())
              : ZSTD_decompressDCtx(context, text.data(), text.size(), packed.bytes_.get(), packed.size_));
  return text;
}

// The first few are the first dictionary, at once.
void Packer::sample(std::string_view text) {
  const std::uint64_t number = packed_++;
  if (number < kSamples) {
    samples_.emplace_back(text.substr(0, kLongestSample));
  } else if (number % kSampleEvery == 0) {
    samples_[number / kSampleEvery % kSamples] = text.substr(0, kLongestSample);
  }
  if (packed_ != kSamples && packed_ % kDictionaryEvery != 0) return;
  std::string content;
  for (const std::string& each : samples_) content += each;
  dictionary_ = std::make_shared<const Packed::Dictionary>(content);
}

}  // namespace scheduledjob::engine
