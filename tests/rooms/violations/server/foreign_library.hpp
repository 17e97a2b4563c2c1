// A library outside its rooms.
#include <yaml-cpp/yaml.h>
