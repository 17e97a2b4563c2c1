#include "runtime/concurrency_limit.hpp"

#include <algorithm>
#include <utility>

namespace scheduledjob::runtime {
namespace {

// Of the limit: so much that what a step gains or costs stands out from the noise.
constexpr std::size_t kStepUp = 2;
constexpr std::size_t kStepDown = 4;
constexpr double kGain = 1.03;   // more is kept when it completes more by this
constexpr double kUpset = 0.6;   // a rate that falls to this, or rises from it, has another cause than noise
constexpr double kRelief = 0.7;  // of the limit, after overload
constexpr double kSaturated = 0.75;  // of the writes of an epoch, for it to be judged

// Unless the second is refused: beside one that hangs another must go on.
constexpr std::size_t kFewest = 2;

}  // namespace

ConcurrencyLimit::ConcurrencyLimit(Options options)
    : options_([&options] {
        options.most = std::max<std::size_t>(options.most, 1);
        options.least = std::clamp<std::size_t>(options.least, 1, options.most);
        options.first = std::clamp(options.first, options.least, options.most);
        options.least_unanswered = std::clamp(options.least_unanswered, options.least, options.most);
        return options;
      }()),
      limit_(options_.first),
      base_limit_(limit_),
      calm_limit_(limit_) {}

void ConcurrencyLimit::completed(bool saturated, Time now) {
  if (settling_ > 0) {
    --settling_;
    return;
  }
  if (!begun_) begin_epoch(now);
  ++completed_;
  if (saturated) ++saturated_;
  const Time lasted = now - *begun_;
  if (completed_ < enough() || lasted < options_.shortest_epoch) return;
  const bool says_something =
      !relieved_ && static_cast<double>(saturated_) >= kSaturated * static_cast<double>(completed_);
  const double rate = static_cast<double>(completed_) / std::chrono::duration<double>(lasted).count();
  const std::size_t limit = limit_;
  begin_epoch(now);
  if (says_something) judge(rate, now);
  if (limit_ != limit) {
    settling_ = std::max(limit, limit_);
    begun_.reset();
  }
}

void ConcurrencyLimit::overloaded(Sign sign, Time now) {
  if (sign == Sign::kUnanswered && limit_ <= options_.least_unanswered) return;
  const bool known = relieved_ && begun_ && now - *begun_ < options_.shortest_epoch;
  if (!known) relieve(sign, now);
  if (sign == Sign::kUnanswered) return;
  const std::size_t taken = *overloaded_limit_ - std::min(++refusals_, *overloaded_limit_);
  limit_ = std::clamp(taken, options_.least, limit_);
}

void ConcurrencyLimit::relieve(Sign sign, Time now) {
  const std::size_t least = sign == Sign::kRefused ? options_.least : options_.least_unanswered;
  const std::size_t relieved =
      std::max(static_cast<std::size_t>(static_cast<double>(limit_) * kRelief), least);
  threshold_ = limit_ == options_.least ? calm_limit_ : relieved;
  overloaded_limit_ = limit_;
  refusals_ = 0;
  doubling_ = true;
  move_to(relieved, Trying::kNothing);
  base_rate_ = 0;
  begin_epoch(now);
  relieved_ = true;
}

std::size_t ConcurrencyLimit::enough() const {
  if (coming_back()) return options_.first_rounds * limit_;  // no rate is compared
  if (doubling_) return std::max(options_.first_completions, options_.first_rounds * limit_);
  return std::max(options_.completions, options_.rounds * limit_);
}

void ConcurrencyLimit::judge(double rate, Time now) {
  if (overloaded_limit_ && limit_ >= *overloaded_limit_) {
    overloaded_limit_.reset();
    threshold_ = calm_limit_;
    doubling_ = true;
  }
  if (coming_back()) return move_to(more(), Trying::kNothing);
  const bool is_back = std::exchange(threshold_, 0) > 0;
  if (is_back && overloaded_limit_) {
    doubling_ = false;
    rest_until_ = now + options_.rest_after_overload;
  }
  switch (trying_) {
    case Trying::kNothing:
      if (now < rest_until_) return;
      if (rest_ > 0 && rate > kUpset * base_rate_) {
        --rest_;
        return;
      }
      base_rate_ = rate;
      base_limit_ = limit_;
      move_to(more(), Trying::kMore);
      if (limit_ == base_limit_) move_to(fewer(), Trying::kFewer);
      return;
    case Trying::kMore:
      if (rate > kGain * base_rate_) {
        base_rate_ = rate;
        base_limit_ = limit_;
        if (more() == limit_) return rest_at(limit_, rate);
        return move_to(more(), Trying::kMore);
      }
      limit_ = base_limit_;
      doubling_ = false;
      return try_fewer();
    case Trying::kFewer:
      if (rate < base_rate_) return rest_at(base_limit_, base_rate_);
      fewer_rate_ = rate;
      return move_to(base_limit_, Trying::kBaseAgain);
    case Trying::kBaseAgain:
      return judge_fewer(rate);
  }
}

// `rate` is what the greater limit completes after the smaller one.
void ConcurrencyLimit::judge_fewer(double rate) {
  const bool another_pace = kUpset * rate > base_rate_;
  base_rate_ = rate;
  if (another_pace) return try_fewer();  // the two cannot be compared
  if (rate > fewer_rate_) return rest_at(base_limit_, rate);
  base_limit_ = limit_ = fewer();
  base_rate_ = fewer_rate_;
  try_fewer();
}

void ConcurrencyLimit::try_fewer() {
  if (fewer() == limit_) return rest_at(limit_, base_rate_);
  move_to(fewer(), Trying::kFewer);
}

void ConcurrencyLimit::move_to(std::size_t limit, Trying trying) {
  limit_ = limit;
  trying_ = trying;
  rest_ = 0;
}

void ConcurrencyLimit::rest_at(std::size_t limit, double rate) {
  move_to(limit, Trying::kNothing);
  doubling_ = false;
  base_rate_ = rate;
  rest_ = options_.epochs_at_rest;
  calm_limit_ = limit;
}

std::size_t ConcurrencyLimit::more() const {
  if (doubling_) return std::min(2 * limit_, coming_back() ? threshold_ : options_.most);
  return std::min(limit_ + std::max<std::size_t>(limit_ / kStepUp, 1), options_.most);
}

std::size_t ConcurrencyLimit::fewer() const {
  const std::size_t step = std::max<std::size_t>(limit_ / kStepDown, 1);
  return std::max({limit_ - std::min(step, limit_), options_.least, std::min(limit_, kFewest)});
}

void ConcurrencyLimit::begin_epoch(Time now) {
  begun_ = now;
  completed_ = 0;
  saturated_ = 0;
  relieved_ = false;
}

}  // namespace scheduledjob::runtime
