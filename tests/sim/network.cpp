#include "sim/network.hpp"

namespace scheduledjob::sim {

using namespace std::chrono_literals;

Network::Fate Network::draw(int replica, Request request) {
  Fate fate;
  fate.there = dice_.between(200us, 3ms);
  fate.work = dice_.between(300us, 5ms);
  fate.back = dice_.between(200us, 3ms);
  fate.patience = request == Request::kCreate  ? Duration(4s)
                  : request == Request::kLease ? Duration(5s)
                                               : Duration(10s);

  if (weather_.strikes(Trouble::kRefusedRequest, replica)) {
    fate.executed = false;
    fate.error = absl::UnavailableError("the server is currently unable to handle the request");
    fate.reached = dice_.chance(0.5);
    return fate;
  }
  if (weather_.strikes(Trouble::kLostRequest, replica)) {
    fate.executed = fate.answered = false;
    return fate;
  }
  if (weather_.cut_off(replica, request == Request::kLease)) {
    fate.executed = dice_.chance(0.5);
    fate.answered = false;
    return fate;
  }
  if (weather_.strikes(Trouble::kSlowWire, replica)) {
    fate.there += dice_.spread(10ms, 1s);
    fate.back += dice_.spread(10ms, 4s);
  }
  if (weather_.strikes(Trouble::kSlowServer, replica)) {
    fate.there = dice_.between(0ms, kLongestWay);
    fate.work = dice_.between(1s, kLongestWork);
    fate.back = dice_.between(0ms, 2s);
  }
  if (weather_.strikes(Trouble::kServerError, replica)) {
    fate.executed = dice_.chance(0.5);
    fate.unknown = true;
    fate.error = absl::InternalError("an error on the server has prevented the request from succeeding");
  }
  if (weather_.strikes(Trouble::kRepeatedRequest, replica)) {
    fate.twice = true;
    fate.second_answer = dice_.chance(0.5);
  }
  if (weather_.strikes(Trouble::kLostAnswer, replica)) fate.answered = false;
  return fate;
}

}  // namespace scheduledjob::sim
